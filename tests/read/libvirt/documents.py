"""Documents as virsh prints them, as short as they can be."""

U1 = "11111111-2222-3333-4444-555555555555"
CAPABILITIES = """
<capabilities>
  <host>
    <uuid>aaaaaaaa-2222-3333-4444-555555555555</uuid>
    <cpu>
      <arch>x86_64</arch><model>Skylake-Server</model><vendor>Intel</vendor>
      <topology sockets='2' dies='1' cores='8' threads='2'/>
    </cpu>
    <topology><cells num='1'><cell id='0'><memory unit='KiB'>67108864</memory></cell></cells></topology>
  </host>
  <guest><os_type>hvm</os_type><arch name='x86_64'><domain type='kvm'/></arch></guest>
</capabilities>
"""
POOL = "<pool type='dir'><name>images</name><target><path>/srv/images</path></target></pool>"
VOLUME = """
<volume type='file'>
  <name>a.qcow2</name><capacity unit='GiB'>40</capacity><allocation unit='GiB'>7</allocation>
  <target><path>/srv/images/a.qcow2</path><format type='qcow2'/></target>
</volume>
"""
NETWORK = (
    "<network><name>office</name><forward mode='bridge'/><bridge name='br120'/><mtu size='9000'/></network>"
)
DISK = "<disk type='file' device='disk'><source file='/srv/images/a.qcow2'/><target dev='vda' bus='virtio'/></disk>"


def domain(inside="", devices="", kind="kvm", name="vm"):
    return (
        f"<domain type='{kind}'><name>{name}</name><uuid>{U1}</uuid>"
        f"{inside or '<memory>1048576</memory><vcpu>1</vcpu>'}<devices>{devices}</devices></domain>"
    )
