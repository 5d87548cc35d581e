// A vCenter or an ESXi host that answers the real API, for as long as its standard input stays open.
// A line there is a folder, into which its objects are written as JSON.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"flag"
	"io/ioutil"
	"log"
	"net/url"
	"os"
	"path/filepath"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/view"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"

	_ "github.com/vmware/govmomi/vapi/simulator"
)

const user = "reader"

// An estate of 14 hosts and 40 VMs: two clusters of six hosts and two hosts alone, ten VMs in each of the four.
func vcenter() *simulator.Model {
	model := simulator.VPX()
	model.Cluster = 2
	model.ClusterHost = 6
	model.Host = 2
	model.Machine = 10
	model.Datastore = 2
	return model
}

func license(edition, name string) {
	if edition == "" {
		return
	}
	manager := simulator.Map.Get(*simulator.Map.Get(types.ManagedObjectReference{
		Type: "ServiceInstance", Value: "ServiceInstance",
	}).(*simulator.ServiceInstance).Content.LicenseManager).(*simulator.LicenseManager)
	manager.Licenses = []types.LicenseManagerLicenseInfo{{
		LicenseKey: "00000-00000-00000-00000-00000", EditionKey: edition, Name: name, Used: 1,
	}}
}

// What govc before 0.30 writes as JSON: the properties of objects as Go names them, without the types of what they hold.
func dump(address *url.URL, folder string) {
	ctx := context.Background()
	client, err := govmomi.NewClient(ctx, address, true)
	if err != nil {
		panic(err)
	}
	root := client.ServiceContent.RootFolder
	kinds := []string{"VirtualMachine", "HostSystem", "Datastore"}
	kinds = append(kinds, "ClusterComputeResource", "ComputeResource", "Datacenter", "Folder", "Network")
	kinds = append(kinds, "DistributedVirtualPortgroup", "DistributedVirtualSwitch", "ResourcePool")
	all, err := view.NewManager(client.Client).CreateContainerView(ctx, root, kinds, true)
	if err != nil {
		panic(err)
	}
	var vms []mo.VirtualMachine
	var hosts []mo.HostSystem
	var stores []mo.Datastore
	must(all.Retrieve(ctx, kinds[0:1], nil, &vms))
	must(all.Retrieve(ctx, kinds[1:2], nil, &hosts))
	must(all.Retrieve(ctx, kinds[2:3], nil, &stores))
	write(folder, "vms.json", map[string]interface{}{"VirtualMachines": vms})
	write(folder, "hosts.json", map[string]interface{}{"HostSystems": hosts})
	write(folder, "datastores.json", map[string]interface{}{"Datastores": stores})

	var others []interface{}
	for _, kind := range kinds[3:] {
		var found []types.ObjectContent
		must(all.Retrieve(ctx, []string{kind}, nil, &found))
		for _, one := range found {
			update := types.ObjectUpdate{Kind: types.ObjectUpdateKindEnter, Obj: one.Obj}
			for _, property := range one.PropSet {
				update.ChangeSet = append(update.ChangeSet, types.PropertyChange{
					Name: property.Name, Op: types.PropertyChangeOpAssign, Val: property.Val,
				})
			}
			others = append(others, update)
		}
	}
	write(folder, "others.json", others...)
}

func write(folder, name string, documents ...interface{}) {
	file, err := os.Create(filepath.Join(folder, name))
	must(err)
	defer file.Close()
	for _, document := range documents {
		must(json.NewEncoder(file).Encode(document))
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	kind := flag.String("kind", "vcenter", "vcenter or esxi")
	password := flag.String("password", "", "of the user "+user)
	certificate := flag.String("certificate", "", "file with the certificate and its key")
	edition := flag.String("edition", "", "edition key of the only licence")
	name := flag.String("licence", "", "name of the only licence")
	flag.Parse()
	log.SetOutput(ioutil.Discard)

	model := vcenter()
	if *kind == "esxi" {
		model = simulator.ESX()
	}
	defer model.Remove()
	if err := model.Create(); err != nil {
		panic(err)
	}
	license(*edition, *name)

	pair, err := tls.LoadX509KeyPair(*certificate, *certificate)
	if err != nil {
		panic(err)
	}
	model.Service.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	model.Service.RegisterEndpoints = true
	model.Service.Listen = &url.URL{Host: "127.0.0.1:0", User: url.UserPassword(user, *password)}
	server := model.Service.NewServer()
	defer server.Close()

	os.Stdout.WriteString(server.URL.Host + "\n")
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		dump(server.URL, lines.Text())
		os.Stdout.WriteString("dumped\n")
	}
}
