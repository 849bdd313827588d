"""What other machines push to us."""
