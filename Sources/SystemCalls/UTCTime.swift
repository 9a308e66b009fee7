internal import Glibc

/// A time of the wall clock, in UTC, to the microsecond.
///
/// For timestamps only, not for measuring durations, as the clock may be set.
package struct UTCTime: Hashable, Comparable, Sendable {
  /// Since 1970, without leap seconds.
  package let microseconds: Int

  /// The time `microseconds` after the beginning of 1970.
  package init(microseconds: Int) { self.microseconds = microseconds }

  /// The time in the format of `compact`; nil if the text is invalid.
  package init?(compact: String) {
    let digits = Array(compact.utf8.filter { $0 != UInt8(ascii: "-") })
    guard digits.count == 20, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else {
      return nil
    }
    let number = { (range: Range<Int>) in digits[range].reduce(Int32(0)) { $0 * 10 + Int32($1 & 0xF) } }
    var parts = unsafe tm()
    unsafe (parts.tm_year, parts.tm_mon, parts.tm_mday) = (
      number(0..<4) - 1900, number(4..<6) - 1, number(6..<8)
    )
    unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec) = (number(8..<10), number(10..<12), number(12..<14))
    // Sound: the record is ours, and used during the call alone.
    microseconds = unsafe timegm(&parts) * 1_000_000 + Int(number(14..<20))
  }

  /// The time in the format of `rfc3339`; nil if the text is invalid.
  package init?(rfc3339 text: String) {
    let form = text.map { $0.isWholeNumber ? "0" : $0 }
    guard form.starts(with: "0000-00-00T00:00:00"), form.last == "Z" else { return nil }
    let fraction = form.dropFirst(19).dropLast()
    guard fraction.isEmpty || (fraction.first == "." && fraction.dropFirst().allSatisfy { $0 == "0" }) else {
      return nil
    }
    let digits = (text.filter(\.isWholeNumber) + "000000").prefix(20)
    self.init(compact: "\(digits.prefix(8))-\(digits.dropFirst(8).prefix(6))-\(digits.dropFirst(14))")
  }

  /// The current time.
  package static var now: UTCTime {
    var time = timespec()
    // Sound: the record is only written, during the call.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return UTCTime(microseconds: time.tv_sec * 1_000_000 + time.tv_nsec / 1000)
  }

  /// In the format of RFC 3339, to the millisecond: `2026-10-04T10:11:12.345Z`.
  package var rfc3339: String {
    let digits = calendarDigits
    let (date, time) = (digits.date, digits.time)
    return "\(date[0])-\(date[1])-\(date[2])T\(time[0]):\(time[1]):\(time[2]).\(digits.fraction.prefix(3))Z"
  }

  /// For names of files, to the microsecond: `20261004-101112-345678`.
  ///
  /// Always 22 characters until the year 9999, so that names sort by time.
  package var compact: String {
    let digits = calendarDigits
    return "\(digits.date.joined())-\(digits.time.joined())-\(digits.fraction)"
  }

  /// In the format of HTTP, to the second: `Sun, 04 Oct 2026 10:11:12 GMT` (IMF-fixdate: RFC 9110, 5.6.7).
  package var httpDate: String {
    let digits = calendarDigits
    let (date, time) = (digits.date, digits.time.joined(separator: ":"))
    return "\(digits.weekday), \(date[2]) \(digits.month) \(date[0]) \(time) GMT"
  }

  package static func < (first: UTCTime, second: UTCTime) -> Bool { first.microseconds < second.microseconds }

  /// In the order of `tm`.
  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Year, month and day; hours, minutes and seconds; microseconds: all with leading zeros. The English names of
  /// HTTP.
  private var calendarDigits:
    (date: [String], time: [String], fraction: String, weekday: String, month: String)
  {
    var (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    if fraction < 0 { (seconds, fraction) = (seconds - 1, fraction + 1_000_000) }
    var parts = unsafe tm()
    // Sound: the first record is only read and the second only written, both during the call.
    unsafe gmtime_r(&seconds, &parts)
    let date = unsafe [
      Self.digits(parts.tm_year + 1900, 4), Self.digits(parts.tm_mon + 1, 2), Self.digits(parts.tm_mday, 2),
    ]
    let time = unsafe [
      Self.digits(parts.tm_hour, 2), Self.digits(parts.tm_min, 2), Self.digits(parts.tm_sec, 2),
    ]
    let names = unsafe (Self.weekdays[Int(parts.tm_wday)], Self.months[Int(parts.tm_mon)])
    return (date, time, Self.digits(Int32(fraction), 6), names.0, names.1)
  }

  private static func digits(_ value: Int32, _ count: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}
