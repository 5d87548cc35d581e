"""What libvirt is connected with."""

import pytest

from planner.read.endpoint import parse_endpoint
from planner.read.libvirt.uri import uri_of


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        ("qemu:///system", "qemu:///system"),
        ("qemu:///session", "qemu:///session"),
        ("qemu+ssh://root@kvm1.example.net/system", "qemu+ssh://root@kvm1.example.net/system?no_tty=1"),
        ("qemu+ssh://kvm1", "qemu+ssh://kvm1/system?no_tty=1"),
        ("libvirt+ssh://root@kvm1:2222/", "qemu+ssh://root@kvm1:2222/system?no_tty=1"),
        ("qemu+ssh://root@[2001:db8::1]/system", "qemu+ssh://root@[2001:db8::1]/system?no_tty=1"),
        (
            "qemu+ssh://root@kvm1/system?keyfile=/home/a b/id",
            "qemu+ssh://root@kvm1/system?keyfile=%2Fhome%2Fa%20b%2Fid&no_tty=1",
        ),
        ("qemu+tls://kvm1/system?pkipath=/etc/pki", "qemu+tls://kvm1/system?pkipath=%2Fetc%2Fpki"),
        ("xen+ssh://root@xen1", "xen+ssh://root@xen1/system?no_tty=1"),
        ("test:///default", "test:///default"),
    ],
)
def test_the_uri_of_an_endpoint(url, uri):
    assert uri_of(parse_endpoint(url)) == uri
