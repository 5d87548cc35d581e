"""What the roles that move VMs ask of a pool, on top of the stand-in xe of the hosts' roles."""
