"""Text that ansible-vault may have encrypted, by the vault passwords that Ansible itself would take."""

from pathlib import Path
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecretsContext, get_file_vault_secret

from planner.errors import InputError, Problem


def read_text(path: Path) -> str:
    """The text of a file, decrypted where it is not plain.

    Raises InputError when no password decrypts it, OSError when it cannot be read.
    """
    loader = DataLoader()
    try:
        unlock_vault(loader)
        return str(loader.get_text_file_contents(str(path.absolute())))
    except AnsibleError as error:
        message = f"cannot be decrypted: {' '.join(str(error).split())}"
        raise InputError((Problem(file=str(path), message=message),)) from error


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
