internal import Glibc

/// The loss of a prediction of one of two classes by its log-odds.
enum LogisticLoss {
  /// −ln of the probability of the class that is the true one.
  static func value(logOdds: Double, label: Int) -> Double {
    let margin = label == 1 ? logOdds : -logOdds
    return margin > 0 ? log1p(exp(-margin)) : log1p(exp(margin)) - margin
  }

  /// The probability of class 1.
  static func probability(logOdds: Double) -> Double { 1 / (1 + exp(-logOdds)) }

  /// How the loss changes with the log-odds.
  static func slope(logOdds: Double, label: Int) -> Double { probability(logOdds: logOdds) - Double(label) }
}
