"""Plan the way out of a hypervisor: read an estate, decide, order, review, emit an Ansible project."""

__version__ = "0.1.0"
