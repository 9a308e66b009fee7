/// Divides a corpus that is read as a stream; only fingerprints of the texts are kept.
///
/// The random choice is the case study's: a permutation by the seed, whose first tenth (rounded down) is for
/// validation. Then each set of texts that belong together goes to the side of its first text, which leaves the share
/// what it was; but a set of more than a quarter of the validation texts goes to training, so that it is not
/// all that is judged. The same texts, order and options give the same split on every machine.
package struct SplitBuilder {
  private let options: SplitOptions
  private var count = 0
  private var duplicates = NearDuplicates()
  /// The first text of each author, and that number again for each of the others.
  private var firstByAuthor: [String: Int] = [:]
  private var sameAuthor: [(text: Int, first: Int)] = []

  /// Begins a split.
  package init(_ options: SplitOptions = SplitOptions()) {
    self.options = options
  }

  /// Adds the next text, raw.
  ///
  /// - Parameter author: who wrote it; nil when that is not known.
  package mutating func add(_ text: Span<UInt8>, author: String? = nil) {
    if options.keepsNearDuplicatesTogether { duplicates.add(text) }
    if options.keepsAuthorsTogether, let author {
      if let first = firstByAuthor[author] {
        sameAuthor.append((count, first))
      } else {
        firstByAuthor[author] = count
      }
    }
    count += 1
  }

  /// The split of all texts added.
  package func split() -> Split {
    var isValidation = randomSides()
    var sets = DisjointSets(count: count)
    duplicates.unite(in: &sets)
    for (text, first) in sameAuthor { sets.unite(text, first) }
    let report = keepTogether(&sets, &isValidation)
    return Split(isValidation: isValidation, report: report)
  }

  private func randomSides() -> [Bool] {
    var random = RandomStream(seed: options.seed).generator("split", step: 0)
    let size = Int(options.validationShare * Double(count))
    var isValidation = [Bool](repeating: false, count: count)
    for text in random.permutation(of: count).prefix(size) { isValidation[text] = true }
    return isValidation
  }

  /// Moves texts so that no set is on both sides.
  private func keepTogether(_ sets: inout DisjointSets, _ isValidation: inout [Bool]) -> SplitReport {
    var report = SplitReport()
    let sizes = sets.sizes()
    let largest = max(1, Int(options.validationShare * Double(count)) / 4)
    // A root is the smallest number of its set, so its side is decided before those of the others.
    for text in 0..<count {
      let root = sets.root(of: text)
      let side = sizes[root] > largest && sizes[root] > 1 ? false : isValidation[root]
      if sizes[root] > 1 {
        report.grouped += 1
        if root == text { report.groups += 1 }
        if side != isValidation[text] { report.moved += 1 }
        isValidation[text] = side
      }
      if side { report.validation += 1 } else { report.training += 1 }
    }
    return report
  }
}
