//go:build linux

// Package node runs the programs of a node with real containers: containerd, kubelet and kube-proxy. They
// have a process, mount and network namespace of their own, so that nothing of them is on the machine and
// nothing outlives them: when the first process of the namespace ends, the kernel ends all others, and with
// them the mounts, the interfaces and the packet filter's rules go.
package node

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// ConfigFile is the name of the configuration in the node's directory.
const ConfigFile = "node.json"

// Names in the directory lib of the node's directory, which is /var/lib inside.
const (
	// hostSocket connects to the machine's network, nodeSocket to the node's.
	hostSocket = "host.sock"
	nodeSocket = "node.sock"
)

// Program is a program that runs as long as the node.
type Program struct {
	Name      string   `json:"name"`
	Arguments []string `json:"arguments"`
}

// Config says what runs on the node. Paths in arguments are those inside.
type Config struct {
	// Cgroup is the name of the control groups, one in each hierarchy.
	Cgroup string `json:"cgroup"`
	// Address is the node's own, with the length of its network's prefix.
	Address string `json:"address"`
	// APIServerPort is the port of 127.0.0.1 on which the API server listens.
	APIServerPort int `json:"apiServerPort"`
	// APIServerAddress is the address of the API server's endpoint, for Pods.
	APIServerAddress string `json:"apiServerAddress"`
	// DNSAddress is the address of the DNS server.
	DNSAddress string `json:"dnsAddress"`
	// Containerd is started first, Ctr imports the images, and then Programs are started.
	Containerd Program   `json:"containerd"`
	Ctr        string    `json:"ctr"`
	Programs   []Program `json:"programs"`
	// Images are paths of archives on the machine.
	Images []string `json:"images"`
	// PauseImage is the name of the image of a Pod's sandbox.
	PauseImage string `json:"pauseImage"`
}

func readConfig(directory string) (Config, error) {
	var config Config
	content, err := os.ReadFile(filepath.Join(directory, ConfigFile))
	if err != nil {
		return config, err
	}
	return config, json.Unmarshal(content, &config)
}
