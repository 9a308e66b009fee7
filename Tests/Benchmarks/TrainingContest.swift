import Kernels
import Synchronization

/// Something that trains on all processors.
struct TrainingContestant {
  let name: String
  /// Tokens of a turn.
  let tokens: Int
  /// Multiplications and additions of the products of one token, forward and backward.
  let operationsOfOneToken: Int
  let turn: () -> Void
}

/// Lets all train in turns with the limit of all processors together, by the clock on the wall: the arithmetic
/// of the products as a share of that limit, then tokens.
func contest(_ contestants: [TrainingContestant], _ effort: Effort) -> [Measurement] {
  let limit = trainingLimit()
  let measurements = contest(
    [limit].compactMap { $0 }
      + contestants.map { contestant in
        let work = Double(contestant.tokens * contestant.operationsOfOneToken) * 1e-9
        return Contestant(name: contestant.name, unit: "GFLOP/s", limit: limit?.name) {
          contestant.turn()
          return work
        }
      }, effort.ofTraining, clock: wallSeconds)
  let tokens = zip(contestants, measurements.suffix(contestants.count)).map { contestant, measurement in
    measurement.scaled(by: 1e9 / Double(contestant.operationsOfOneToken), unit: "tokens/s")
  }
  return measurements + tokens
}

/// All processors at once in the fastest loop of the numbers that training multiplies; nil where none was
/// written.
private func trainingLimit() -> Contestant? {
  let (kernel, count) = (GEMMKernel.best(.bfloat16), Machine.current().cores)
  guard
    let peak = ArithmeticPeak.limit(of: "bfloat16", on: kernel.name)
      ?? .limit(of: "float32", on: kernel.name)
  else { return nil }
  return Contestant(name: "\(peak.title), \(count) threads", unit: "GFLOP/s", limit: nil) {
    let operations = Mutex(0)
    concurrently(count) { _ in
      let ofThread = peak.run(rounds: 1_000_000)
      operations.withLock { $0 += ofThread }
    }
    return operations.withLock { Double($0) * 1e-9 }
  }
}
