package plane

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/etcdserver/api/v3client"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// The paths are relative to the data directory, the engine's working directory: a socket's path has at most
// 107 bytes.
const (
	etcdClientSocket = "unix://etcd.sock"
	etcdPeerSocket   = "unix://etcd-peer.sock"
)

// startEtcd runs a single-member etcd on unix sockets and returns when it is writable.
func startEtcd(ctx context.Context, dir string, fail func(error)) (*clientv3.Client, error) {
	config := embed.NewConfig()
	config.Name = "seatrial"
	config.Dir = dir
	config.ListenClientUrls = mustParse(etcdClientSocket)
	config.AdvertiseClientUrls = mustParse(etcdClientSocket)
	config.ListenPeerUrls = mustParse(etcdPeerSocket)
	config.AdvertisePeerUrls = mustParse(etcdPeerSocket)
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	// The data ends with the process, so waiting for the disk is pointless.
	config.UnsafeNoFsync = true
	// A single member elects itself; upstream's timeout of one second would be wasted.
	config.TickMs = 10
	config.ElectionMs = 100
	config.QuotaBackendBytes = 2 << 30
	// The API server's cache of a kind without changes learns from these what the latest version is. With
	// etcd's 10 minutes, its version would have been compacted (--etcd-compaction-interval) when the API
	// server compares the cache with the store. kubeadm sets 5 s, too.
	config.WatchProgressNotifyInterval = 5 * time.Second
	// etcd keeps every write in memory until a snapshot, and some writes after it for slow followers, of
	// which there are none.
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

// quietLogger logs errors. An error at which etcd would end the process, such as a full disk, goes to fail
// instead.
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

// OnWrite does not return: etcd relies on the process having ended.
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
