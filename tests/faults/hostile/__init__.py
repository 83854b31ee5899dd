"""Files and requests that mean harm: made from a seed, the same on every machine, none larger than 20 MB."""
