/// Makes one text of all the ways to write it: the first thing that the profile `standard` does.
///
/// Two rules, in one pass:
///
/// - **NFC.** What a letter is composed of becomes one scalar (`e` and U+0301 is `é`), marks come in canonical
///   order. Source: Unicode Standard Annex #15.
/// - **Letters drawn otherwise** become letters: full-width, mathematical (`𝗾𝘂𝗲`, `𝓺𝓾𝓮`), circled and squared ones,
///   ligatures, raised letters and digits, small capitals (which Unicode does not say of, but people write `ʜᴏʟᴀ`);
///   lines through, under and over letters go. The targets are Latin, Greek and Cyrillic letters, digits, and the
///   signs of ASCII that have a full-width form. `ª`, `º` and signs such as `™` stay: they are Spanish, and emoji.
///
/// A format character (a joiner, a zero-width space) that stands between a letter and its mark is dropped; others
/// stay for the cleaner. Total on any bytes: ill-formed ones stay or become U+FFFD. Linear, whatever the input.
struct Normaliser: Sendable {
  /// The shared normaliser; creating it takes 0.2 ms, and the first text that is not normal about a millisecond.
  static let shared = Normaliser()

  private let stability = StabilityTable()
  /// What only texts need that are not normal.
  private static let compositions = Compositions()

  /// Whether a scalar is replaced, or may be composed with what precedes it.
  func isUnstable(_ scalar: UInt32) -> Bool { stability[scalar] == .unstable }

  /// Whether `text` was not normal; only then its normal form is in `workspace.text`.
  ///
  /// Cost: reads each byte, and looks up the class of each scalar beyond ASCII.
  func normalise(_ text: Span<UInt8>, using workspace: inout NormalisingWorkspace) -> Bool {
    workspace.text.removeAll(keepingCapacity: true)
    var offset = 0
    /// What precedes is in the workspace.
    var copied = 0
    /// The last scalar that is not a format character, which a mark would belong to.
    var base = 0
    while offset < text.count {
      if text[offset] < 0x80 {
        base = offset
        offset += 1
        continue
      }
      let scalar = text.scalar(at: offset)
      switch stability[scalar.value] {
      case .stable: base = offset
      case .format: break
      case .unstable:
        workspace.text.append(text, in: copied..<base)
        offset = rewrite(text, from: base, using: &workspace)
        (copied, base) = (offset, offset)
        continue
      }
      offset += scalar.length
    }
    guard copied > 0 else { return false }
    workspace.text.append(text, in: copied..<offset)
    return true
  }

  /// Writes the normal form of the sequence from `start` to the next scalar that is already normal; returns where
  /// that is. The scalar at `start` may be one itself: it is the base of what follows.
  private func rewrite(
    _ text: Span<UInt8>, from start: Int, using workspace: inout NormalisingWorkspace
  ) -> Int {
    var offset = start
    while offset < text.count {
      let scalar = text.scalar(at: offset)
      let stability = stability[scalar.value]
      if stability == .stable, offset > start { break }
      offset += scalar.length
      guard stability != .format else { continue }
      Self.compositions.forEachPart(of: scalar.value) { part, combiningClass in
        if combiningClass == 0, !Self.compositions.composesWithWhatPrecedes(part) { flush(&workspace) }
        workspace.scalars.append(part)
        workspace.classes.append(combiningClass)
      }
    }
    flush(&workspace)
    return offset
  }

  /// Writes a base with its marks, in canonical order and composed.
  private func flush(_ workspace: inout NormalisingWorkspace) {
    guard !workspace.scalars.isEmpty else { return }
    if workspace.scalars.count > 1 {
      workspace.order()
      compose(&workspace)
    }
    for scalar in workspace.scalars { workspace.text.appendScalar(scalar) }
    workspace.removeScalars()
  }

  /// The canonical composition algorithm (Unicode Standard, definition D117).
  private func compose(_ workspace: inout NormalisingWorkspace) {
    var kept = 0
    var starter: Int?
    var lastClass: UInt8 = 0
    for index in workspace.scalars.indices {
      let (scalar, combiningClass) = (workspace.scalars[index], workspace.classes[index])
      if let starter, kept == starter + 1 || lastClass < combiningClass,
        let composed = Self.compositions.composition(of: workspace.scalars[starter], scalar)
      {
        workspace.scalars[starter] = composed
        continue
      }
      if combiningClass == 0 { starter = kept }
      lastClass = combiningClass
      workspace.scalars[kept] = scalar
      kept += 1
    }
    workspace.scalars.removeLast(workspace.scalars.count - kept)
  }
}

/// Room that a normaliser works in.
struct NormalisingWorkspace: Sendable {
  /// The normal form of the last text that was not normal.
  fileprivate(set) var text: [UInt8] = []
  /// A base and its marks, and their combining classes.
  fileprivate var scalars: [UInt32] = []
  fileprivate var classes: [UInt8] = []
  private var sorted: [UInt32] = []

  /// The maximum number of marks on one letter.
  private static let plenty = 256

  /// Brings marks that follow each other into the order of their classes; equals stay in order.
  fileprivate mutating func order() {
    var start = 0
    while start < classes.count {
      var end = start
      while end < classes.count, classes[end] != 0 { end += 1 }
      if end - start > Self.plenty {
        sortByCounting(start..<end)
      } else {
        sortByInsertion(start..<end)
      }
      start = end + 1
    }
  }

  private mutating func sortByInsertion(_ range: Range<Int>) {
    for index in range.dropFirst() {
      var place = index
      while place > range.lowerBound, classes[place - 1] > classes[place] {
        classes.swapAt(place - 1, place)
        scalars.swapAt(place - 1, place)
        place -= 1
      }
    }
  }

  private mutating func sortByCounting(_ range: Range<Int>) {
    var places = [Int](repeating: 0, count: 257)
    for index in range { places[Int(classes[index]) + 1] += 1 }
    for index in 1...256 { places[index] += places[index - 1] }
    sorted.removeAll(keepingCapacity: true)
    sorted.append(contentsOf: repeatElement(0, count: range.count))
    let starts = places
    for index in range {
      sorted[places[Int(classes[index])]] = scalars[index]
      places[Int(classes[index])] += 1
    }
    for value in 0..<256 {
      for place in starts[value]..<starts[value + 1] {
        scalars[range.lowerBound + place] = sorted[place]
        classes[range.lowerBound + place] = UInt8(value)
      }
    }
  }

  fileprivate mutating func removeScalars() {
    let isOrdinary = scalars.count <= Self.plenty && classes.count <= Self.plenty
    scalars.removeAll(keepingCapacity: isOrdinary)
    classes.removeAll(keepingCapacity: isOrdinary)
    if !isOrdinary { sorted = [] }
  }
}
