"""What every page needs of HTTP. It knows nothing about schools."""
