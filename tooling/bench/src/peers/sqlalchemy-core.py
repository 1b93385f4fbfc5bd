"""SQLAlchemy Core with psycopg2: executemany of insert(), batched by its values mode, a table after the other.

Argument: address, schema and file as JSON. Output: {"seconds"}, the time inside its calls alone: making the objects is not in it.
"""
import json
import sys
import time

from sqlalchemy import MetaData, Table, create_engine

order = json.loads(sys.argv[1])
engine = create_engine(
    order["address"].replace("postgresql://", "postgresql+psycopg2://"),
    executemany_mode="values_only",
    executemany_values_page_size=1000,
    connect_args={"options": f"-c search_path={order['schema']}"},
)
tables = {name: Table(name, MetaData(), autoload_with=engine, resolve_fks=False) for name in ("products", "skus", "price_tiers")}


def write(offers):
    with engine.begin() as connection:
        insert = tables["products"].insert().return_defaults()
        result = connection.execute(insert, [offer["product"] for offer in offers])
        ids = [row[0] for row in result.inserted_primary_key_rows]
        skus = [{**sku, "product_id": id} for id, offer in zip(ids, offers) for sku in offer["skus"]]
        connection.execute(tables["skus"].insert(), skus)
        tiers = [{**tier, "product_id": id} for id, offer in zip(ids, offers) for tier in offer["tiers"]]
        connection.execute(tables["price_tiers"].insert(), tiers)


def clocked(offers):
    started = time.perf_counter()
    write(offers)
    return time.perf_counter() - started


seconds, ready = 0.0, []
with open(order["file"], encoding="utf-8") as file:
    for line in file:
        ready.append(json.loads(line))
        if len(ready) == 1000:
            seconds += clocked(ready)
            ready = []
if ready:
    seconds += clocked(ready)
print(json.dumps({"seconds": seconds}))
