import Kernels

extension ArithmeticPeak {
  /// This loop as a contestant that is nobody's but its own limit.
  var contestant: Contestant {
    Contestant(name: title, unit: arithmetic.hasPrefix("int") ? "GOP/s" : "GFLOP/s", limit: nil) {
      Double(run(rounds: 100_000)) * 1e-9
    }
  }

  /// What the table calls it.
  var title: String { "limit of \(name) \(arithmetic)" }

  /// The limit of what computes with an instruction set named `name`: the loop of that set, or else the widest
  /// of the same arithmetic.
  static func limit(of arithmetic: String, on name: String) -> ArithmeticPeak? {
    let loops = available.filter { $0.arithmetic == arithmetic }
    return loops.first { $0.name == name } ?? loops.first
  }

  /// Each of some loops once.
  static func distinct(_ peaks: [ArithmeticPeak]) -> [ArithmeticPeak] {
    peaks.reduce(into: []) { distinct, peak in
      if !distinct.contains(where: { $0.title == peak.title }) { distinct.append(peak) }
    }
  }
}

/// The limits of this machine, alone.
func measurePeaks(_ effort: Effort) -> [Measurement] {
  contest(ArithmeticPeak.available.map(\.contestant), effort)
}
