"""Which consent is in force. A change of meaning is a new version, and is asked anew."""

from typing import Final

CONSENT_VERSION: Final = "1"
CONSENT_PAGES: Final = 3
