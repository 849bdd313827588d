"""What people bought: products, purchases and their lines, as shops report them."""
