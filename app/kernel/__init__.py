"""What every room stands on. It knows nothing about schools or HTTP."""
