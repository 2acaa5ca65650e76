package plane

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/etcdserver/api/v3client"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// Sockets are relative to the data folder, the engine's working directory: a socket's path may not be longer than 107 bytes.
const (
	etcdClientSocket = "unix://etcd.sock"
	etcdPeerSocket   = "unix://etcd-peer.sock"
)

// startEtcd runs a single-member etcd on unix sockets and waits until it can be written to.
func startEtcd(ctx context.Context, dir string, fail func(error)) (*clientv3.Client, error) {
	config := embed.NewConfig()
	config.Name = "seatrial"
	config.Dir = dir
	config.ListenClientUrls = mustParse(etcdClientSocket)
	config.AdvertiseClientUrls = mustParse(etcdClientSocket)
	config.ListenPeerUrls = mustParse(etcdPeerSocket)
	config.AdvertisePeerUrls = mustParse(etcdPeerSocket)
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	// The data lives no longer than the process: nothing is gained by waiting for a disk.
	config.UnsafeNoFsync = true
	// A single member elects itself; upstream's second would be spent waiting for nobody.
	config.TickMs = 10
	config.ElectionMs = 100
	config.QuotaBackendBytes = 2 << 30
	config.MaxRequestBytes = 8 << 20
	// Until a snapshot etcd keeps every write in memory, and after it those that a follower could have missed: there is none.
	config.SnapshotCount = 10_000
	config.SnapshotCatchUpEntries = 500
	config.ZapLoggerBuilder = embed.NewZapLoggerBuilder(quietLogger(fail))

	etcd, err := embed.StartEtcd(config)
	if err != nil {
		return nil, fmt.Errorf("unable to start etcd in %s: %w", dir, err)
	}
	select {
	case <-etcd.Server.ReadyNotify():
	case err := <-etcd.Err():
		return nil, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	go func() {
		if err := <-etcd.Err(); err != nil {
			fail(err)
		}
	}()
	return v3client.New(etcd.Server), nil
}

// quietLogger logs errors. What etcd would end the process for on the spot, such as a full disk, goes to fail instead.
func quietLogger(fail func(error)) *zap.Logger {
	config := zap.NewProductionConfig()
	config.Level = zap.NewAtomicLevelAt(zapcore.ErrorLevel)
	logger, err := config.Build(zap.WithFatalHook(fatalHook(fail)), zap.WithPanicHook(fatalHook(fail)))
	if err != nil {
		return zap.NewNop()
	}
	return logger.Named("etcd")
}

type fatalHook func(error)

// OnWrite does not return: etcd counts on not coming back from such a message.
func (fail fatalHook) OnWrite(entry *zapcore.CheckedEntry, fields []zapcore.Field) {
	fail(toFatalError(entry.Message, fields))
	select {}
}

func toFatalError(message string, fields []zapcore.Field) error {
	for _, field := range fields {
		if err, ok := field.Interface.(error); ok {
			return fmt.Errorf("%s: %w", message, err)
		}
	}
	return errors.New(message)
}

func mustParse(raw string) []url.URL {
	parsed, err := url.Parse(raw)
	if err != nil {
		panic(err)
	}
	return []url.URL{*parsed}
}
