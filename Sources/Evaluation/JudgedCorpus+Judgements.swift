package import AWDLSTM

extension JudgedCorpus {
  /// What some judgements come to, for the model's `config.json`; texts with nothing to judge are left out, as they are in no
  /// share.
  ///
  /// - Parameters:
  ///   - name: the corpus, as people call it; shortened to what a `config.json` may hold.
  ///   - labelCount: how many labels the model has.
  package init(name: String, _ judgements: [Judgement], labelCount: Int) {
    var short = name
    while short.utf8.count > 64 { short.removeLast() }
    self.init(
      name: short,
      rows: (0..<labelCount).map { label in
        Row(judgements.filter { $0.truth == label && !$0.hasNothingToJudge }, labelCount: labelCount)
      })
  }
}

extension JudgedCorpus.Row {
  /// The row of judgements of one true label.
  fileprivate init(_ judgements: [Judgement], labelCount: Int) {
    let labels = 0..<labelCount
    let count = Double(max(1, judgements.count))
    let mean = labels.map { label in judgements.reduce(0) { $0 + $1.probabilities[label] } / count }
    var covariance: [Double] = []
    for first in labels {
      for second in first..<labelCount {
        let sum = judgements.reduce(0) { sum, judgement in
          sum + (judgement.probabilities[first] - mean[first])
            * (judgement.probabilities[second] - mean[second])
        }
        covariance.append(sum / max(1, count - 1))
      }
    }
    self.init(
      texts: judgements.count, answers: labels.map { label in judgements.count { $0.answer == label } },
      mean: mean, covariance: covariance)
  }
}
