"""Guest texts of RVTools, .vmx files, libosinfo and XenServer, and what is known about them."""

import pytest

from planner.knowledge import GuestSupport, guest

FULL, PARTIAL, NONE = GuestSupport.FULL, GuestSupport.PARTIAL, GuestSupport.NONE


# text, family, distribution, version, does virt-v2v convert it, support on XCP-ng
GUESTS = [
    ("Microsoft Windows Server 2022 (64-bit)", "windows", "Windows Server", "2022", True, FULL),
    ("Microsoft Windows Server 2016 or later (64-bit)", "windows", "Windows Server", "2016", True, FULL),
    ("Microsoft Windows Server 2012 R2 (64-bit)", "windows", "Windows Server", "2012", True, PARTIAL),
    ("Microsoft Windows Server 2008 R2 (64-bit)", "windows", "Windows Server", "2008", True, NONE),
    ("windows9-64", "windows", "Windows", "10", True, FULL),
    ("windows9srv-64", "windows", "Windows Server", "2016", True, FULL),
    ("windows2019srv-64", "windows", "Windows Server", "2019", True, FULL),
    ("windows11-64", "windows", "Windows", "11", True, FULL),
    ("Microsoft Windows 10 (64-bit)", "windows", "Windows", "10", True, FULL),
    ("Microsoft Windows 7 (64-bit)", "windows", "Windows", None, True, NONE),
    ("http://microsoft.com/win/2k19", "windows", "Windows Server", None, True, FULL),
    ("Debian GNU/Linux 11 (64-bit)", "linux", "Debian", "11", True, FULL),
    ("debian12-64", "linux", "Debian", "12", True, FULL),
    ("http://debian.org/debian/12", "linux", "Debian", "12", True, FULL),
    ("Debian Bookworm 12", "linux", "Debian", "12", True, FULL),
    ("Debian GNU/Linux 5", "linux", "Debian", "5", False, PARTIAL),
    ("Ubuntu Linux (64-bit)", "linux", "Ubuntu", None, True, FULL),
    ("Ubuntu 22.04.4 LTS", "linux", "Ubuntu", "22.04", True, FULL),
    ("Red Hat Enterprise Linux 8 (64-bit)", "linux", "Red Hat Enterprise Linux", "8", True, FULL),
    ("Red Hat Enterprise Linux 5 (64-bit)", "linux", "Enterprise Linux", "5", True, PARTIAL),
    ("http://redhat.com/rhel/9.2", "linux", "Red Hat Enterprise Linux", "9", True, FULL),
    ("CentOS 4/5 or later (64-bit)", "linux", "Enterprise Linux", None, True, FULL),
    ("CentOS 7 (64-bit)", "linux", "CentOS", "7", True, FULL),
    ("centos-64", "linux", "CentOS", None, True, FULL),
    ("Oracle Linux 8 (64-bit)", "linux", "Oracle Linux", "8", True, FULL),
    ("Rocky Linux (64-bit)", "linux", "Rocky Linux", None, True, FULL),
    ("AlmaLinux 9", "linux", "AlmaLinux", "9", True, FULL),
    ("Red Hat Fedora (32-bit)", "linux", "Fedora", None, True, FULL),
    ("SUSE Linux Enterprise 15 (64-bit)", "linux", "SUSE", "15", True, FULL),
    ("Other 3.x or later Linux (64-bit)", "linux", None, None, None, FULL),
    ("VMware Photon OS (64-bit)", "linux", "Photon OS", None, False, PARTIAL),
    ("FreeBSD 13 (64-bit)", "bsd", "BSD", "13", False, PARTIAL),
    ("Oracle Solaris 11 (64-bit)", "solaris", "Solaris", "11", False, PARTIAL),
    ("Apple macOS 12 (64-bit)", "macos", "macOS", None, False, NONE),
    ("VMware ESXi 7.0", "other", "VMware ESXi", None, False, NONE),
    ("Other (64-bit)", "other", None, None, None, None),
]


@pytest.mark.parametrize(("text", "expected"), [(text, tuple(expected)) for text, *expected in GUESTS])
def test_guest(text, expected):
    found = guest(text)
    assert (found.family, found.distribution, found.version, found.virt_v2v, found.xcp_ng) == expected
    assert found.source


@pytest.mark.parametrize("text", [None, "", "BeOS", "{{ lookup('pipe','id') }}"])
def test_what_nobody_knows_stays_unknown(text):
    found = guest(text)
    assert (found.text, found.family, found.virt_v2v, found.kvm) == (text, None, None, None)


def test_names_in_another_case_are_the_same():
    assert guest("DEBIAN GNU/LINUX 12").version == guest("debian gnu/linux 12").version == "12"
