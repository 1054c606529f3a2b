"""How the neutral forms become text: what every platform does alike."""
