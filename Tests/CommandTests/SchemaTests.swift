import Foundation
import TestSupport
import Testing

/// What the program writes is what the shipped schemas say.
@Suite struct SchemaTests {
  /// `validate SCHEMA [LINES]` checks standard input, one value or one a line, and prints how many values were valid.
  private static let validate = #"""
    cat >validate.py <<'END'
    import json, sys
    from jsonschema import Draft202012Validator
    schema = json.load(open(sys.argv[1]))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    text = sys.stdin.read()
    values = [json.loads(line) for line in text.splitlines()] if sys.argv[2:] else [json.loads(text)]
    for value in values:
        for error in validator.iter_errors(value):
            print(f"{sys.argv[1]}: {error.json_path}: {error.message}")
    print(len(values))
    END
    validate() { /usr/bin/python3 validate.py "$SCHEMAS/$1.schema.json" ${2:+lines}; }

    """#

  private static let schemas =
    "SCHEMAS='\(Repository.tests.deletingLastPathComponent().appending(path: "etc/animo/schemas").path)'\n"

  @Test("Labelled lines, errors, dead letters, refusals and statistics")
  func describesOutputs() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.schemas + Self.validate + #"""
        printf '%s\n' '{"id":1,"text":"¡qué alegría!","sentiment":5}' '{"id":"x","text":"@ana https://a.b"}' \
          '{"text":"hola","text":"qué\ud800","lang":"en"}' 'mal' '[5]' '{"id":3}' '{"text":5}' >tweets.jsonl
        $ANIMO classify -q --model $TINY --errors skip tweets.jsonl | validate labelled lines
        $ANIMO classify -q --model $TINY --errors skip --emit compact tweets.jsonl | validate compact lines
        $ANIMO classify -q --model $TINY tweets.jsonl | grep '"error"' | validate error lines
        mkdir -p spool/inbox; cp tweets.jsonl spool/inbox; printf '\377\n{"text":"\377"}\n' >spool/inbox/b.jsonl
        printf 'id,text\n1,"a" b\n2,hola\n' >spool/inbox/c.csv; printf '\0\377\n' >spool/inbox/d.txt
        $ANIMO serve --model $TINY --spool spool --settle 0 --once 2>/dev/null
        cat spool/rejected/*.rejects.jsonl | validate rejected lines
        cat spool/rejected/*.why.json | validate refused lines
        validate current <spool/stats/current.json
        for day in 1 2; do echo "{\"text\":\"hola\",\"created_at\":\"2026-01-0${day}T10:00:00Z\"}"; done >spool/inbox/e.jsonl
        $ANIMO serve --model $TINY --spool spool --settle 0 --listen unix:$PWD/http 2>/dev/null & pid=$!
        until [ -e spool/out/e.jsonl ]; do kill -0 $pid || exit; sleep 0.05; done
        cat >ask.py <<'END'
        import http.client, json, socket
        connection = http.client.HTTPConnection("localhost", timeout=20)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect("http")
        connection.request("GET", "/api/windows?step=1d&from=0")
        for window in json.load(connection.getresponse())["windows"]:
            print(json.dumps(window))
        END
        python3 ask.py | validate windows lines; kill $pid; wait $pid
        """#, in: scratch.url)
    #expect(outcome.output == "3\n3\n4\n7\n1\n1\n2\n")
  }

  @Test("A schema refuses what is not so")
  func refuses() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      Self.schemas + Self.validate + #"""
        echo '{"sentiment":{"label":null,"score":0.5,"p":null,"model":"a@00000000"}}' | validate labelled lines | grep -c score
        echo '{"line":0,"error":{"reason":"bad","detail":""}}' | validate error lines | wc -l
        """#, in: scratch.url)
    #expect(outcome.output == "1\n4\n")
  }
}
