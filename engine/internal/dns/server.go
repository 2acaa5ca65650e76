package dns

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"time"

	"golang.org/x/net/dns/dnsmessage"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const (
	// smallestPacket is the length that every client accepts over UDP.
	smallestPacket = 512
	largestMessage = 65535
	idleTimeout    = 10 * time.Second
)

// Run answers at an address with the objects that a user of the configuration may read, and returns when a
// listener fails. Clients wait for their answers until the objects are known.
func Run(ctx context.Context, config *rest.Config, address string) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	zone := &Zone{
		Services: factory.Core().V1().Services().Lister(),
		Slices:   factory.Discovery().V1().EndpointSlices().Lister(),
	}
	packets, err := net.ListenPacket("udp", address)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	failed := make(chan error, 2)
	go func() { failed <- servePackets(packets, zone) }()
	go func() { failed <- serveStreams(listener, zone) }()
	return <-failed
}

func servePackets(connection net.PacketConn, zone *Zone) error {
	buffer := make([]byte, largestMessage)
	for {
		length, client, err := connection.ReadFrom(buffer)
		if err != nil {
			return err
		}
		if response := respond(zone, buffer[:length], false); response != nil {
			_, _ = connection.WriteTo(response, client)
		}
	}
}

func serveStreams(listener net.Listener, zone *Zone) error {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer func() { _ = connection.Close() }()
			for serveOne(connection, zone) == nil {
			}
		}()
	}
}

// serveOne answers one question of a stream, in which the length precedes each message.
func serveOne(connection net.Conn, zone *Zone) error {
	_ = connection.SetDeadline(time.Now().Add(idleTimeout))
	var length [2]byte
	if _, err := io.ReadFull(connection, length[:]); err != nil {
		return err
	}
	query := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(connection, query); err != nil {
		return err
	}
	response := respond(zone, query, true)
	if response == nil {
		return errors.New("not a query")
	}
	_, err := connection.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(response))), response...))
	return err
}

// respond returns the response to a query, or nil for what is not a query. A response that does not fit into
// a packet asks the client to use a stream.
func respond(zone *Zone, query []byte, isStream bool) []byte {
	var parser dnsmessage.Parser
	header, err := parser.Start(query)
	if err != nil || header.Response {
		return nil
	}
	questions, err := parser.AllQuestions()
	if err != nil || len(questions) != 1 {
		return nil
	}
	message := dnsmessage.Message{
		Header: dnsmessage.Header{
			ID: header.ID, Response: true, OpCode: header.OpCode, Authoritative: true, RecursionDesired: header.RecursionDesired,
			RecursionAvailable: true,
		},
		Questions: questions,
	}
	message.RCode, message.Answers = zone.Answer(questions[0])
	limit := largestMessage
	if !isStream {
		limit = packetLimit(&parser)
	}
	packed, err := message.Pack()
	if err == nil && len(packed) <= limit {
		return packed
	}
	message.Answers, message.Truncated = nil, true
	packed, _ = message.Pack()
	return packed
}

// packetLimit returns the length of a packet that the client accepts, which is in its OPT record.
func packetLimit(parser *dnsmessage.Parser) int {
	if parser.SkipAllAnswers() != nil || parser.SkipAllAuthorities() != nil {
		return smallestPacket
	}
	for {
		header, err := parser.AdditionalHeader()
		if err != nil {
			return smallestPacket
		}
		if header.Type == dnsmessage.TypeOPT {
			return max(smallestPacket, int(header.Class))
		}
		if parser.SkipAdditional() != nil {
			return smallestPacket
		}
	}
}
