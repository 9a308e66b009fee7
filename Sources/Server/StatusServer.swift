package import Daemon
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import ServiceLifecycle
package import SystemPackage

/// Tells over HTTP/1.1 how a daemon is doing: health, metrics and statistics, for monitors and people.
///
/// It serves on sockets that were opened elsewhere, in a thread of its own, and opens none. What it knows of the daemon
/// is what a closure returns. No client can hold it up: there are limits for the number of connections, the size of
/// requests and the time that each may take, and at the end all connections are cut.
package struct StatusServer: Service {
  private let sockets: [SystemPackage.FileDescriptor]
  private let site: StatusSite
  private let patience: Duration
  private let limit: Int

  /// Everything that there is to be said fits into less.
  private static let requestLimits: NIOHTTPDecoderLimitConfiguration = {
    var limits = NIOHTTPDecoderLimitConfiguration()
    (limits.maxHeaderFieldSize, limits.maxHeaderListSize, limits.maxHeaderFieldCount) = (8192, 16384, 64)
    return limits
  }()

  /// The most bytes that one read takes: what a client can have waiting for its turn.
  private static let readSize = 4096

  /// - Parameters:
  ///   - sockets: listening stream sockets, TCP or Unix; they are closed at the end.
  ///   - patience: how long a request may take to come, and its answer to leave.
  ///   - limit: how many connections of each socket are open at once; others wait.
  ///   - state: what is true of the daemon now; called in the server's thread for each request.
  package init(
    sockets: [SystemPackage.FileDescriptor], patience: Duration = .seconds(10), limit: Int = 64,
    state: @escaping @Sendable () -> DaemonState
  ) {
    (self.sockets, self.patience, self.limit) = (sockets, patience, limit)
    site = StatusSite(state: state)
  }

  /// Serves until the group of services shuts down, or the task is cancelled.
  ///
  /// - Throws: when a socket cannot be listened on; never because of a client.
  package func run() async throws {
    let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      for socket in sockets { _ = try await bootstrap(on: loop).withBoundSocket(socket.rawValue).get() }
    } catch {
      try? await loop.shutdownGracefully()
      throw error
    }
    try? await gracefulShutdown()
    // Closes the sockets and all connections. That one cannot be closed in good order is no fault of the daemon.
    try? await loop.shutdownGracefully()
  }

  private func bootstrap(on loop: MultiThreadedEventLoopGroup) -> ServerBootstrap {
    ServerBootstrap(group: loop)
      // One at a time, so that the limit is exact.
      .serverChannelOption(.maxMessagesPerRead, value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers([
            // Without descriptors accepting fails until there are some: it is tried again each second.
            AcceptBackoffHandler(shouldForwardIOErrorCaught: false), ConnectionLimit(limit),
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
          try channel.pipeline.syncOperations.addHandler(Connection(site, patience: TimeAmount(patience)))
        }
      }
  }
}
