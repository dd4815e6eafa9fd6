"""Running and deploying Kamerton."""
