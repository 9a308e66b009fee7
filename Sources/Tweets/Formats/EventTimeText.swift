internal import Dates
internal import JSON

/// When a tweet was written, read from its bytes: strictly, as a wrong time is worse than none.
///
/// Times before 2006, when the first tweet was written, are none: they are what exports write where they have no time
/// (0, 1970-01-01), and what numbers of another kind, such as 20240131, would be.
package enum EventTimeText {
  /// The first day of 2006, in milliseconds since 1970.
  private static let earliest = 1_136_073_600_000
  /// The first day of the year 3000.
  private static let latest = 32_503_680_000_000
  /// Twitter's last id that was merely a number, when ids began to hold a time, and how many bits follow it.
  private static let snowflakes = (after: 29_700_859_247, epoch: 1_288_834_974_657, shift: 22)

  /// The time in a member or a cell, in milliseconds since 1970; nil where it holds none.
  ///
  /// Known are RFC 3339 with its zone, Twitter's `Wed Oct 10 20:19:24 +0000 2018`, and seconds or milliseconds since
  /// 1970 as whole numbers.
  package static func milliseconds(in text: Span<UInt8>) -> Int? {
    guard let found = anyMilliseconds(in: text), (earliest..<latest).contains(found) else { return nil }
    return found
  }

  /// The same of any time of the years 0000 to 9999: of one that a person names.
  package static func anyMilliseconds(in text: Span<UInt8>) -> Int? {
    var scan = Scan(text: text)
    return switch text.count {
    case 0: nil
    case 30 where !text[0].isDigit: scan.twitter()
    default: epoch(text) ?? scan.rfc3339()
    }
  }

  /// The time in Twitter's ids, in milliseconds since 1970; nil for ids that hold none: such as are no whole number, or
  /// older than snowflakes are.
  static func milliseconds(ofID text: Span<UInt8>) -> Int? {
    guard let id = number(text), id > snowflakes.after else { return nil }
    let time = (id >> snowflakes.shift) + snowflakes.epoch
    return time < latest ? time : nil
  }

  /// Seconds have ten digits until the year 2286, milliseconds have had thirteen since 2001.
  private static func epoch(_ text: Span<UInt8>) -> Int? {
    switch text.count {
    case 10: number(text).map { $0 * 1000 }
    case 13: number(text)
    default: nil
    }
  }

  private static func number(_ text: Span<UInt8>) -> Int? {
    guard text.count > 0, text.count <= 19 else { return nil }
    var number: UInt64 = 0
    for index in text.indices {
      guard text[index].isDigit else { return nil }
      number = number * 10 + UInt64(text[index] & 0xF)
    }
    return Int(exactly: number)
  }

  /// One pass over a text, from field to field.
  private struct Scan: ~Escapable {
    let text: Span<UInt8>
    var position = 0

    @_lifetime(copy text)
    init(text: Span<UInt8>) { self.text = text }

    /// `2026-10-04T10:11:12.345+02:00`; a space may stand for the T, and `Z` for the zone.
    mutating func rfc3339() -> Int? {
      guard let year = digits(4), take(UInt8(ascii: "-")), let month = digits(2), take(UInt8(ascii: "-")),
        let day = digits(2), let between = next(), between == 0x20 || between | 0x20 == UInt8(ascii: "t"),
        let seconds = clock()
      else { return nil }
      let fraction = take(UInt8(ascii: ".")) ? milliseconds() : 0
      guard let fraction, let zone = zone(), position == text.count,
        let midnight = CalendarTime.days(year, month, day).map({ $0 * 86_400 })
      else { return nil }
      return (midnight + seconds - zone) * 1000 + fraction
    }

    /// `Wed Oct 10 20:19:24 +0000 2018`; the day of the week is not looked at.
    mutating func twitter() -> Int? {
      position = 3
      guard take(0x20), let month = month(), take(0x20), let day = digits(2), take(0x20),
        let seconds = clock(), take(0x20), let zone = zone(hasColon: false), take(0x20), let year = digits(4),
        position == text.count, let midnight = CalendarTime.days(year, month, day).map({ $0 * 86_400 })
      else { return nil }
      return (midnight + seconds - zone) * 1000
    }

    /// `20:19:24`, in seconds; the second may be a leap second.
    private mutating func clock() -> Int? {
      guard let hour = digits(2), hour < 24, take(UInt8(ascii: ":")), let minute = digits(2), minute < 60,
        take(UInt8(ascii: ":")), let second = digits(2), second <= 60
      else { return nil }
      return hour * 3600 + minute * 60 + second
    }

    /// The digits of a fraction, as milliseconds; further ones are cut off.
    private mutating func milliseconds() -> Int? {
      let start = position
      var (value, unit) = (0, 100)
      while let byte = peek(), byte.isDigit {
        value += Int(byte & 0xF) * unit
        unit /= 10
        position += 1
      }
      return position > start ? value : nil
    }

    /// `Z`, `+02:00` or `-0530`, in seconds east of Greenwich.
    private mutating func zone(hasColon: Bool = true) -> Int? {
      guard let sign = next() else { return nil }
      if hasColon, sign | 0x20 == UInt8(ascii: "z") { return 0 }
      guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), let hours = digits(2), hours < 24,
        !hasColon || take(UInt8(ascii: ":")), let minutes = digits(2), minutes < 60
      else { return nil }
      let offset = hours * 3600 + minutes * 60
      return sign == UInt8(ascii: "-") ? -offset : offset
    }

    private mutating func month() -> Int? {
      guard position + 3 <= text.count else { return nil }
      let name = text.extracting(position..<(position + 3))
      position += 3
      return EventTimeText.months.firstIndex { name.elementsEqual($0) }.map { $0 + 1 }
    }

    private mutating func digits(_ count: Int) -> Int? {
      guard position + count <= text.count else { return nil }
      let field = text.extracting(position..<(position + count))
      position += count
      return EventTimeText.number(field)
    }

    private func peek() -> UInt8? { position < text.count ? text[position] : nil }

    private mutating func next() -> UInt8? {
      defer { position += 1 }
      return peek()
    }

    private mutating func take(_ byte: UInt8) -> Bool {
      guard peek() == byte else { return false }
      position += 1
      return true
    }
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ].map { Array($0.utf8) }
}

extension UInt8 {
  fileprivate var isDigit: Bool { 0x30...0x39 ~= self }
}
