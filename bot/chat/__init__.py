"""How each platform is spoken to: one file a platform."""
