/// Members of an object that are to be left out of it, found while its members pass by one after the other.
///
/// A member goes with the comma before it, or, where nothing that stays is before it, with the one behind it, so that
/// what stays is an object again.
struct SupersededMembers {
  /// What to leave out, in order.
  private(set) var ranges: [Range<Int>] = []
  /// Whether a member that stays has passed.
  private var hasKept = false
  /// Where the current member begins: behind the brace, or behind the value before it.
  private var start = 0
  /// Whether the last member is to be left out with the comma that follows it.
  private var takesNextComma = false
  private var isDropped = false
  private var isFirst = true

  /// The object's first member would be at `position`.
  mutating func open(at position: Int) { start = position }

  /// The next member comes; the value before it ended at `end`, and its comma was before `position`.
  mutating func begin(after end: Int, at position: Int) {
    if !isFirst, !isDropped { hasKept = true }
    if takesNextComma, let last = ranges.popLast() { ranges.append(last.lowerBound..<position) }
    // The comma before a member is gone already when the member before it has taken it along.
    start = takesNextComma ? position : end
    (isFirst, isDropped, takesNextComma) = (false, false, false)
  }

  /// The current member, whose value ends at `end`, is to be left out.
  mutating func drop(to end: Int) {
    ranges.append(start..<end)
    isDropped = true
    takesNextComma = !hasKept
  }
}
