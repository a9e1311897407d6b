"""Native histograms: their arithmetic, their notation, and what functions read from them."""
