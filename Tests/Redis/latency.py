"""The time from XADD to the answer, at half of the rate that one consumer reaches: see Tests/Redis/check.

    COUNT=20000 SECONDS=15 Tests/Redis/check latency
"""

import os
import threading
import time

from server import Server, await_that

COUNT, SECONDS = int(os.environ.get("COUNT", 20000)), int(os.environ.get("SECONDS", 15))


def tweet(number):
    return '{"id":%d,"text":"%d: qué día tan %s en la ciudad, a ver qué nos trae la tarde"}' % (
        number, number * 7919 % 100003, ("horrible", "bonito", "largo")[number % 3])


def highest_rate(server, count=COUNT):
    pipeline = server.client.pipeline(transaction=False)
    for number in range(count):
        pipeline.xadd("tweets", {"tweet": tweet(number)})
    pipeline.execute()
    consumer = server.consumer("a", model=None)
    await_that(lambda: server.client.xlen("answers") > 1000, "the first answers")
    begin, first = time.monotonic(), server.client.xlen("answers")
    await_that(lambda: server.client.xlen("answers") == count, "the last answer", 300)
    rate = (count - first) / (time.monotonic() - begin)
    consumer.terminate()
    consumer.wait()
    server.client.delete("tweets", "answers")
    return rate


def latencies(server, rate):
    """Sends at this rate, each tweet by itself, and gives the seconds until each answer was read, sorted."""
    count, sent, seen = int(rate * SECONDS), {}, {}

    def read():
        last = "0"
        while len(seen) < count:
            for _, answers in server.client.xread({"answers": last}, block=1000):
                now = time.monotonic()
                for last, fields in answers:
                    seen[fields[b"entry"]] = now

    server.client.delete("tweets", "answers")
    server.consumer("b", model=None)
    await_that(lambda: server.client.exists("tweets"), "the consumer")
    reader = threading.Thread(target=read)
    reader.start()
    begin = time.monotonic()
    for number in range(count):
        time.sleep(max(0, begin + number / rate - time.monotonic()))
        before = time.monotonic()
        sent[server.client.xadd("tweets", {"tweet": tweet(10**6 + number)})] = before
    reader.join()
    return sorted(seen[entry] - before for entry, before in sent.items())


def main():
    server = Server()
    try:
        rate = highest_rate(server)
        print(f"highest rate of one consumer: {rate:,.0f} tweets a second, each written to disk before the reply")
        times = latencies(server, rate / 2)
        share = lambda part: 1000 * times[int(part * (len(times) - 1))]
        print(f"at {rate / 2:,.0f} a second: p50 {share(0.5):.1f} ms, p99 {share(0.99):.1f} ms, most {share(1):.1f} ms")
    finally:
        server.end()


if __name__ == "__main__":
    main()
