"""Numbers of runs made elsewhere."""
