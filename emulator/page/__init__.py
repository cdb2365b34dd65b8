"""The files of the page; a package only so that a wheel carries them."""
