"""Scrapy's ImagesPipeline with two thumbnails. Argument: an order as JSON. Output: {"seconds"}, from the first request to the last item."""
import json
import sys
import time

import scrapy
from scrapy import signals
from scrapy.crawler import CrawlerProcess

order = json.loads(sys.argv[1])
taken = {}


class Pictures(scrapy.Spider):
    name = "pictures"
    custom_settings = {
        "ITEM_PIPELINES": {"scrapy.pipelines.images.ImagesPipeline": 1},
        "IMAGES_STORE": order["folder"],
        "IMAGES_THUMBS": {"thumbnail": (400, 400), "compressed": (1200, 1200)},
        "CONCURRENT_REQUESTS": order["concurrency"],
        "CONCURRENT_REQUESTS_PER_DOMAIN": order["concurrency"],
        "CONCURRENT_ITEMS": order["concurrency"],
        "DOWNLOAD_DELAY": 0,
        "ROBOTSTXT_OBEY": False,
        "TELNETCONSOLE_ENABLED": False,
        "LOG_ENABLED": False,
        "MEDIA_ALLOW_REDIRECTS": True,
    }
    start_urls = [order["origin"] + "/0.jpg"]

    def parse(self, response):
        taken["from"] = time.perf_counter()
        for first in range(0, order["count"], 5):
            numbers = range(first, min(first + 5, order["count"]))
            yield {"image_urls": [f"{order['origin']}/{number}.jpg" for number in numbers]}

    @classmethod
    def from_crawler(cls, crawler, *args, **kwargs):
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_item, signal=signals.item_scraped)
        taken["stored"] = 0
        return spider

    def on_item(self, item):
        taken["to"] = time.perf_counter()
        taken["stored"] += len(item["images"])


process = CrawlerProcess({"LOG_ENABLED": False})
process.crawl(Pictures)
process.start()
if taken["stored"] != order["count"]:
    sys.exit(f"Expected {order['count']} pictures, stored {taken['stored']}.")
print(json.dumps({"seconds": taken["to"] - taken["from"]}))
