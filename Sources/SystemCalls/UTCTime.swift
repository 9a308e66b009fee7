internal import Dates
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
    let number = { (range: Range<Int>) in digits[range].reduce(0) { $0 * 10 + Int($1 & 0xF) } }
    guard
      let seconds = CalendarTime.seconds(
        year: number(0..<4), month: number(4..<6), day: number(6..<8), hour: number(8..<10),
        minute: number(10..<12), second: number(12..<14))
    else { return nil }
    microseconds = seconds * 1_000_000 + number(14..<20)
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
    let (time, fraction) = calendar
    return "\(time.date)T\(time.time).\(fraction.prefix(3))Z"
  }

  /// For names of files, to the microsecond: `20261004-101112-345678`.
  ///
  /// Always 22 characters until the year 9999, so that names sort by time.
  package var compact: String {
    let (time, fraction) = calendar
    return "\(time.date.filter { $0 != "-" })-\(time.time.filter { $0 != ":" })-\(fraction)"
  }

  /// In the format of HTTP, to the second: `Sun, 04 Oct 2026 10:11:12 GMT` (IMF-fixdate: RFC 9110, 5.6.7).
  package var httpDate: String {
    let time = calendar.time
    let date =
      "\(CalendarTime.digits(time.day)) \(Self.months[time.month - 1]) \(CalendarTime.digits(time.year, 4))"
    return "\(Self.weekdays[time.weekday]), \(date) \(time.time) GMT"
  }

  package static func < (first: UTCTime, second: UTCTime) -> Bool { first.microseconds < second.microseconds }

  /// The English names of HTTP.
  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The second, and the microseconds after it with leading zeros.
  private var calendar: (time: CalendarTime, fraction: String) {
    var (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    if fraction < 0 { (seconds, fraction) = (seconds - 1, fraction + 1_000_000) }
    return (CalendarTime(secondsSince1970: seconds), CalendarTime.digits(fraction, 6))
  }
}
