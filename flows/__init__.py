"""One file per thing that people do; one function = one transaction; no network inside."""
