"""Vault passwords for a loader."""

from typing import Any

from ansible import constants
from ansible.parsing.vault import VaultSecretsContext, get_file_vault_secret


def unlock_vault(loader: Any) -> None:
    """Vault passwords from where Ansible takes them (environment, ansible.cfg); nobody is asked for one.

    Raises AnsibleError when a password file is missing or no password comes out of it.
    """
    settings = constants.config.get_config_value
    identities = [
        *settings("DEFAULT_VAULT_IDENTITY_LIST"),
        *filter(None, [settings("DEFAULT_VAULT_PASSWORD_FILE")]),
    ]
    secrets = []
    for identity in identities:
        name, _, place = str(identity).rpartition("@")
        secret = get_file_vault_secret(filename=place, vault_id=name or None, loader=loader)
        secret.load()
        secrets.append((name or constants.DEFAULT_VAULT_IDENTITY, secret))
    loader.set_vault_secrets(secrets)
    if current := VaultSecretsContext.current(optional=True):
        current.secrets = secrets
    else:
        VaultSecretsContext.initialize(VaultSecretsContext(secrets))
