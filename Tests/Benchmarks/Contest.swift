import Glibc

/// How much time a measurement may take.
struct Effort {
  /// How often each contestant has its turn.
  let rounds: Int
  /// CPU seconds of one turn, at least.
  let seconds: Double
  /// Batches of tweets to try.
  let batches: [Int]
  /// Tweets of an end-to-end run.
  let tweets: Int

  static let quick = Effort(rounds: 3, seconds: 0.02, batches: [48], tweets: 200)
  static let thorough = Effort(rounds: 9, seconds: 0.1, batches: [1, 6, 12, 48, 128], tweets: 2000)

  /// A minibatch of training takes seconds and all processors, so that less disturbs it.
  var ofTraining: Effort {
    Effort(rounds: min(rounds, 3), seconds: seconds, batches: batches, tweets: tweets)
  }
}

/// Something that does a piece of work again and again and knows how much it was.
struct Contestant {
  let name: String
  let unit: String
  /// The name of the contestant that is the limit of this one; nil for a limit itself.
  let limit: String?
  /// Does some work and returns how much, in `unit` · seconds.
  let work: () -> Double
}

/// Lets all contestants work in turns, round after round, and gives the rate of each: work by the seconds of
/// `clock`, the CPU time of this thread if none is named.
func contest(
  _ contestants: [Contestant], _ effort: Effort, clock: () -> Double = threadSeconds
) -> [Measurement] {
  // A first turn that does not count: caches, page tables and clocks warm up.
  for contestant in contestants { _ = contestant.work() }
  var rates = [[Double]](repeating: [], count: contestants.count)
  for _ in 0..<effort.rounds {
    for (index, contestant) in contestants.enumerated() {
      rates[index].append(rate(of: contestant, seconds: effort.seconds, clock))
    }
  }
  let medians = Dictionary(
    zip(contestants.map(\.name), rates.map(\.median)), uniquingKeysWith: { first, _ in first })
  return zip(contestants, rates).map { contestant, rates in
    let limit = contestant.limit.flatMap { medians[$0] }
    return Measurement(
      name: contestant.name, unit: contestant.unit, median: rates.median, best: rates.max() ?? 0,
      shareOfLimit: limit.map { rates.median / $0 }, limit: limit == nil ? nil : contestant.limit)
  }
}

private func rate(of contestant: Contestant, seconds: Double, _ clock: () -> Double) -> Double {
  let start = clock()
  var (work, elapsed) = (0.0, 0.0)
  repeat {
    work += contestant.work()
    elapsed = clock() - start
  } while elapsed < seconds
  return work / elapsed
}

/// The CPU time that this thread has used, in seconds.
func threadSeconds() -> Double { seconds(of: CLOCK_THREAD_CPUTIME_ID) }

/// Seconds since some moment in the past, on a clock that nobody sets.
func wallSeconds() -> Double { seconds(of: CLOCK_MONOTONIC) }

private func seconds(of clock: clockid_t) -> Double {
  var time = timespec()
  // Sound: the call only writes the structure.
  unsafe clock_gettime(clock, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

extension [Double] {
  /// The middle number; of an even count the greater of the two in the middle. 0 for none.
  var median: Double { quantile(0.5) }

  /// The number that a share `share` of all does not exceed; 0 for none.
  func quantile(_ share: Double) -> Double {
    guard !isEmpty else { return 0 }
    return sorted()[Swift.min(count - 1, Int(Double(count) * share))]
  }
}
