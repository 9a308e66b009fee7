import TOML

/// The commented configuration file: every setting with its explanation and its default, commented out.
enum ConfigurationManual {
  /// The file, which changes nothing until an option is uncommented.
  static var text: String {
    introduction + Setting.sections.map(section).joined()
  }

  private static func section(_ section: Setting.Section) -> String {
    let underline = String(repeating: "-", count: section.title.count)
    return "\n\n# \(section.title)\n# \(underline)\n" + section.settings.map(entry).joined()
  }

  /// The explanation, the bounds and when changes take effect; then the default.
  private static func entry(_ setting: Setting) -> String {
    let bounds = setting.bounds.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }
    let effect = setting.effect == .nextStart ? "Takes effect at the next start." : nil
    let sentences = [setting.help, setting.manual, bounds, effect].compactMap { $0 }.filter { !$0.isEmpty }
    return "\n" + comment(sentences.joined(separator: " ")) + "#\(setting.name) = \(setting.standard.kind)\n"
  }

  /// Lines of at most 118 characters.
  private static func comment(_ text: String) -> String {
    var (lines, line) = ("", "#")
    for word in text.split(separator: " ") {
      if line.count + 1 + word.count > 118 {
        lines += line + "\n"
        line = "#"
      }
      line += " " + word
    }
    return lines + line + "\n"
  }

  private static let introduction = """
    # Configuration of animo serve: every option with its default value.
    #
    # Options commented out with a single # are shown with their default values. Lines that begin with # and a
    # space are explanations. An unknown name or an invalid value is an error, so that a typing error is found at
    # once:
    #
    #   animo config check                      report errors in this file, with line numbers
    #   animo config show                       show every value and its origin
    #   animo config default                    print this file
    #   animo reload --wait                     make a running daemon read this file again
    #
    # Every option has the same name in three places: log_level in this file, ANIMO_LOG_LEVEL in the environment,
    # --log-level on the command line (only text_keys, id_keys and time_keys lose their s there: --text-key).
    # The command line takes precedence over the environment, and the environment over this file. The file is
    # /etc/animo/animo.toml unless ANIMO_CONFIG or --config names another one. An empty string, "", selects
    # the default, except on the command line, where it is an error.
    #
    # After a reload, new values apply from the next file of tweets on, except those of options that take effect at
    # the next start.

    """
}
