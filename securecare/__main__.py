"""`python -m securecare` is the command line."""

from securecare.cli import main

main()
