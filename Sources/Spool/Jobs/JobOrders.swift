internal import Ledger
internal import Synchronization

/// The orders for claimed jobs, as they are in the ledger: shared by who gives them, the source and the sink.
///
/// A held job is *parked* once its output is gone. Released or cancelled, it is *ready*: the source takes it up again,
/// from its beginning.
final class JobOrders: Sendable {
  private struct State {
    var orders: [String: JobOrder] = [:]
    var parked: [String: (job: Job, owner: Int?)] = [:]
    var ready: [Job] = []
    /// Jobs that have ended: they will be committed as they are, and an order comes too late.
    var ended: Set<String> = []
    /// The job for which an order is being recorded.
    var addressee: String?
  }

  private let state = Mutex(State())
  /// Held while the ledger and `state` change together.
  private let change = Mutex(())

  /// The order for the job `id`.
  func order(for id: String) -> JobOrder? { state.withLock { $0.orders[id] } }

  /// Whether the job `id` is to be labelled whatever limits it exceeds.
  func isReleased(_ id: String) -> Bool { order(for: id)?.kind == .released }

  /// How the job `id` ends early; nil to label it.
  func outcome(of id: String) -> Job.Outcome? {
    guard let order = order(for: id) else { return nil }
    return switch order.kind {
    case .held: .held(order)
    case .cancelled: .refused(reason: "cancelled", detail: order.detail)
    case .released: nil
    }
  }

  /// The number of jobs that are held.
  var numberHeld: Int { state.withLock { $0.parked.count } }

  /// The number of jobs of `owner` that are held.
  func numberHeld(of owner: Int?) -> Int {
    state.withLock { state in state.parked.values.count { $0.owner == owner } }
  }

  /// Whether jobs are ready for the source.
  var isAnyReady: Bool { state.withLock { !$0.ready.isEmpty } }

  /// The next job for the source to take up.
  func takeReady() -> Job? { state.withLock { $0.ready.isEmpty ? nil : $0.ready.removeFirst() } }

  /// Returns a job that could not be taken up.
  func putBack(_ job: Job) { state.withLock { $0.ready.insert(job, at: 0) } }

  /// Runs `body`, which records orders in the ledger and returns them, and follows them.
  func give(_ body: () throws -> [JobOrder]) throws {
    try change.withLock { _ in
      for order in try body() { follow(order) }
    }
  }

  /// The same for one order, for the job `id`, if nobody else is recording an order, for example while the
  /// disk is full.
  ///
  /// - Parameter body: throws if the job has ended.
  /// - Returns: whether that was so.
  func giveIfPossible(for id: String, _ body: (_ hasEnded: Bool) throws -> JobOrder) throws -> Bool {
    let order = try change.withLockIfAvailable { _ in
      let hasEnded = state.withLock { state in
        state.addressee = id
        return state.ended.contains(id)
      }
      defer { state.withLock { $0.addressee = nil } }
      let order = try body(hasEnded)
      follow(order)
      return order
    }
    return order != nil
  }

  /// Ends the job `id`: no order is given for it from now on. Waits for one that is being recorded.
  func end(_ id: String) {
    while true {
      let hasEnded = state.withLock { state in
        guard state.addressee != id else { return false }
        state.ended.insert(id)
        return true
      }
      guard !hasEnded else { return }
      change.withLock { _ in }
    }
  }

  /// Lets the job `id`, which goes on after all or is held, be given orders again.
  func reopen(_ id: String) { state.withLock { _ = $0.ended.remove(id) } }

  /// Follows an order that is in the ledger.
  func follow(_ order: JobOrder) {
    state.withLock { state in
      state.orders[order.job] = order
      guard order.kind != .held, let parked = state.parked.removeValue(forKey: order.job) else { return }
      state.ready.append(parked.job)
    }
  }

  /// Parks a held job of `owner` whose output is gone, unless it has been released or cancelled meanwhile.
  func park(_ job: Job, of owner: Int?) {
    var job = job
    job.checkpoint = nil
    state.withLock { state in
      if state.orders[job.id]?.kind == .held {
        state.parked[job.id] = (job, owner)
      } else {
        state.ready.append(job)
      }
    }
  }

  /// Forgets the orders for committed jobs.
  func forget(_ ids: [String]) {
    state.withLock { state in
      for id in ids {
        state.orders.removeValue(forKey: id)
        state.ended.remove(id)
      }
    }
  }
}
