package import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import ServiceLifecycle
package import SystemPackage

/// Serves a daemon over HTTP/1.1: a page, labels for texts, statistics, health and metrics.
///
/// It serves on sockets opened elsewhere, in its own thread; what takes time is done in another. Clients cannot block
/// it: the number of connections and of requests per second, the size of requests and their duration are limited, and
/// at the end all connections are closed.
package struct StatusServer: Service {
  private let sockets: [SystemPackage.FileDescriptor]
  private let site: Site
  private let hosts: HostCheck
  private let patience: Duration
  private let limit: Int
  private let log: Logger

  /// The maximum size of a request.
  private static let requestLimits: NIOHTTPDecoderLimitConfiguration = {
    var limits = NIOHTTPDecoderLimitConfiguration()
    (limits.maxHeaderFieldSize, limits.maxHeaderListSize, limits.maxHeaderFieldCount) = (8192, 16384, 64)
    return limits
  }()

  /// The maximum number of bytes per read, which bounds a client's pipelined requests.
  private static let readSize = 16384
  /// The maximum number of parts of those requests: more than a read can bring, as the smallest is a chunk
  /// of one byte.
  private static let partsAhead = readSize / 4

  /// - Parameters:
  ///   - sockets: listening stream sockets, TCP or Unix; closed at the end.
  ///   - patience: the maximum time for receiving a request, and for sending the answer.
  ///   - limit: the maximum number of open connections per socket; a further one replaces the most idle one.
  ///   - age: how old answers about the daemon may be: it is asked for its state no more often.
  ///   - names: names of this server that requests may use, in addition to `localhost` and addresses.
  ///   - daemon: what it shows.
  ///   - log: receives word of connections that could not be accepted.
  package init(
    sockets: [SystemPackage.FileDescriptor], patience: Duration = .seconds(10), limit: Int = 64,
    age: Duration = .milliseconds(100), names: [String] = [], daemon: ServedDaemon, log: Logger
  ) {
    (self.sockets, self.patience, self.limit, self.log) = (sockets, patience, limit, log)
    hosts = HostCheck(names: names)
    site = Site(daemon, age: age)
  }

  /// Serves until the group of services shuts down, or the task is cancelled.
  ///
  /// - Throws: if a socket cannot be served; never because of a client.
  package func run() async throws {
    defer { for socket in sockets { try? socket.close() } }
    try site.turns.start()
    let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let listeners = sockets.map { socket in
      Listener(socket, on: loop.next(), log: log) { descriptor, listener in
        bootstrap(on: loop, for: listener).withBoundSocket(descriptor)
      }
    }
    do {
      for listener in listeners { try await listener.begin().get() }
    } catch {
      for listener in listeners { listener.end() }
      await site.turns.stop()
      try? await loop.shutdownGracefully()
      throw error
    }
    try? await gracefulShutdown()
    for listener in listeners { listener.end() }
    // Its answers need the loop.
    await site.turns.stop()
    // Closes all connections, ignoring errors.
    try? await loop.shutdownGracefully()
  }

  private func bootstrap(on loop: MultiThreadedEventLoopGroup, for listener: Listener) -> ServerBootstrap {
    ServerBootstrap(group: loop)
      // Accepts one connection at a time, so that those that are open are served in between.
      .serverChannelOption(.maxMessagesPerRead, value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers([
            // Without free descriptors, accepting fails; it is retried every second.
            AcceptBackoffHandler(shouldForwardIOErrorCaught: false) { error in
              listener.note(error)
              return TimeAmount.seconds(1)
            },
            ConnectionLimit(limit),
          ])
        }
      }
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.readSize))
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: Self.requestLimits)
          let pipelining = try channel.pipeline.syncOperations.handler(type: HTTPServerPipelineHandler.self)
          try channel.pipeline.syncOperations.addHandler(
            AheadLimit(Self.partsAhead), position: .before(pipelining))
          try channel.pipeline.syncOperations.addHandler(
            Connection(site, hosts, patience: TimeAmount(patience)))
        }
      }
  }
}
