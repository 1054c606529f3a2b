"""The nouns of Namewatch: frozen values, one file a noun, no behaviour beyond their own consistency."""
