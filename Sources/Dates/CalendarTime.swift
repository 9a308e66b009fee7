/// A moment of the calendar to the second: UTC, the Gregorian calendar for all years, without leap seconds.
///
/// The only place that turns seconds since 1970 into dates, and dates into seconds. Days are counted after
/// https://howardhinnant.github.io/date_algorithms.html, in years that begin in March.
package struct CalendarTime: Equatable, Sendable {
  package let year: Int
  /// From 1 to 12.
  package let month: Int
  /// From 1.
  package let day: Int
  package let hour: Int
  package let minute: Int
  package let second: Int

  private static let secondsOfDay = 86_400
  /// The days from the first of March of the year 0 to the first of 1970.
  private static let daysBefore1970 = 719_468
  /// The days of 400 years, after which the calendar is the same.
  private static let daysOfEra = 146_097

  /// The moment some seconds after the beginning of 1970.
  package init(secondsSince1970 seconds: Int) {
    let (day, rest) = Self.division(seconds, by: Self.secondsOfDay)
    let (era, dayOfEra) = Self.division(day + Self.daysBefore1970, by: Self.daysOfEra)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let march = (5 * dayOfYear + 2) / 153
    month = march < 10 ? march + 3 : march - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    self.day = dayOfYear - (153 * march + 2) / 5 + 1
    (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
  }

  /// How many days a date is after the first of 1970; nil for one that is in no calendar.
  package static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let length =
      switch month {
      case 2: isLeap ? 29 : 28
      case 4, 6, 9, 11: 30
      default: 31
      }
    guard (1...12).contains(month), (1...length).contains(day) else { return nil }
    let march = month > 2 ? month - 3 : month + 9
    let (era, yearOfEra) = division(month > 2 ? year : year - 1, by: 400)
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + (153 * march + 2) / 5 + day - 1
    return era * daysOfEra + dayOfEra - daysBefore1970
  }

  /// A moment in seconds since 1970; nil for one that is in no calendar or on no clock.
  package static func seconds(
    year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int
  ) -> Int? {
    guard let days = days(year, month, day), (0..<24).contains(hour), (0..<60).contains(minute),
      (0..<60).contains(second)
    else { return nil }
    return days * secondsOfDay + hour * 3600 + minute * 60 + second
  }

  /// The day of the week, from 0 for Sunday.
  package var weekday: Int { Self.division((Self.days(year, month, day) ?? 0) + 4, by: 7).remainder }

  /// `2026-10-04`
  package var date: String { "\(Self.digits(year, 4))-\(Self.digits(month))-\(Self.digits(day))" }
  /// `10:11:12`
  package var time: String { "\(Self.digits(hour)):\(Self.digits(minute)):\(Self.digits(second))" }
  /// As in RFC 3339: `2026-10-04T10:11:12Z`.
  package var rfc3339: String { "\(date)T\(time)Z" }

  /// A number with leading zeros.
  package static func digits(_ number: Int, _ count: Int = 2) -> String {
    let text = String(number.magnitude)
    return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, count - text.count)) + text
  }

  /// Quotient and remainder, which is not negative.
  private static func division(_ number: Int, by divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
