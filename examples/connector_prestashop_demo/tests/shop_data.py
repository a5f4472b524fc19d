# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What is in the shop: two languages, a T-shirt in two sizes, a mug, a virtual card."""

import copy

DATE = "2024-05-01 12:00:00"


def texts(english, french=None):
    """Make a text in two languages."""
    return {"1": english, "2": french or english}


def _product(**values):
    associations = values.pop("associations", {})
    return {
        "id_manufacturer": "0",
        "id_category_default": "3",
        "id_default_image": "",
        "id_default_combination": "0",
        "type": "simple",
        "reference": "",
        "ean13": "",
        "isbn": "",
        "upc": "",
        "weight": "0.000000",
        "price": "0.000000",
        "wholesale_price": "0.000000",
        "active": "1",
        "state": "1",
        "date_add": DATE,
        "date_upd": DATE,
        "name": texts("Product"),
        "description": texts(""),
        "description_short": texts(""),
        "associations": {"categories": [{"id": 2}, {"id": 3}], **associations},
        **values,
    }


def _combination(product, value, **values):
    return {
        "id_product": str(product),
        "reference": "",
        "ean13": "",
        "price": "0.000000",
        "weight": "0.000000",
        "wholesale_price": "0.000000",
        "associations": {"product_option_values": [{"id": value}]},
        **values,
    }


def _stock(product, combination, quantity):
    return {
        "id_product": str(product),
        "id_product_attribute": str(combination),
        "id_shop": "1",
        "id_shop_group": "0",
        "quantity": str(quantity),
        "depends_on_stock": "0",
        "out_of_stock": "2",
    }


def _row(row, product, combination, quantity, name, excl, incl):
    return {
        "id": row,
        "product_id": product,
        "product_attribute_id": combination,
        "product_quantity": quantity,
        "product_name": name,
        "product_price": excl,
        "unit_price_tax_incl": incl,
        "unit_price_tax_excl": excl,
    }


RECORDS = {
    "languages": {
        1: {
            "name": "English (English)",
            "iso_code": "en",
            "locale": "en-US",
            "language_code": "en-us",
            "active": "1",
        },
        2: {
            "name": "Français (French)",
            "iso_code": "fr",
            "locale": "fr-FR",
            "language_code": "fr-fr",
            "active": "1",
        },
    },
    "shops": {1: {"id_shop_group": "1", "name": "My & shop", "active": "1", "deleted": "0"}},
    "countries": {8: {"iso_code": "FR", "name": texts("France")}},
    "states": {},
    "currencies": {1: {"name": "euro", "iso_code": "EUR", "conversion_rate": "1.000000"}},
    "order_states": {
        1: {"logable": "0", "paid": "0", "name": texts("Awaiting payment", "En attente")},
        2: {"logable": "1", "paid": "1", "name": texts("Payment accepted", "Paiement accepté")},
    },
    "categories": {
        1: {"id_parent": "0", "active": "1", "date_upd": DATE, "name": texts("Root", "Racine")},
        2: {"id_parent": "1", "active": "1", "date_upd": DATE, "name": texts("Home", "Accueil")},
        3: {"id_parent": "2", "active": "1", "date_upd": DATE, "name": texts("Art", "Œuvres")},
    },
    "manufacturers": {1: {"active": "1", "name": "Studio Design", "date_upd": DATE}},
    "product_options": {
        1: {"group_type": "select", "name": texts("Size"), "public_name": texts("Size", "Taille")}
    },
    "product_option_values": {
        1: {"id_attribute_group": "1", "color": "", "name": texts("Small", "Petit")},
        2: {"id_attribute_group": "1", "color": "", "name": texts("Large", "Grand")},
    },
    "products": {
        1: _product(
            id_manufacturer="1",
            manufacturer_name="Studio Design",
            id_default_image="10",
            id_default_combination="1",
            reference="demo_1",
            weight="0.300000",
            price="23.900000",
            wholesale_price="9.500000",
            name=texts("Hummingbird T-shirt", "T-shirt colibri"),
            description_short=texts("<p>Soft &amp; light.</p>", "<p>Doux &amp; léger.</p>"),
            description=texts("<p>All about it</p>", "<p>Tout sur lui</p>"),
            associations={
                "images": [{"id": 10}, {"id": 11}],
                "combinations": [{"id": 1}, {"id": 2}],
                "stock_availables": [
                    {"id": 1, "id_product_attribute": 0},
                    {"id": 2, "id_product_attribute": 1},
                    {"id": 3, "id_product_attribute": 2},
                ],
            },
        ),
        2: _product(
            reference="demo_2",
            ean13="4006381333931",
            isbn="9783161484100",
            price="11.900000",
            name=texts("Mug", "Tasse"),
            associations={"stock_availables": [{"id": 4, "id_product_attribute": 0}]},
        ),
        3: _product(reference="card", type="virtual", price="10.000000", name=texts("Card")),
    },
    "combinations": {
        1: _combination(1, 1, reference="demo_1_s", ean13="4012345678901"),
        2: _combination(
            1,
            2,
            reference="demo_1_l",
            price="2.000000",
            weight="0.050000",
            associations={"product_option_values": [{"id": 2}], "images": [{"id": 11}]},
        ),
    },
    "stock_availables": {
        1: _stock(1, 0, 15),
        2: _stock(1, 1, 10),
        3: _stock(1, 2, 5),
        4: _stock(2, 0, 7),
    },
    "customers": {
        5: {
            "id_lang": "2",
            "company": "",
            "firstname": "Anne",
            "lastname": "Dupont",
            "email": "anne@example.com",
            "website": "",
            "newsletter": "1",
            "note": "",
            "active": "1",
            "deleted": "0",
            "passwd": "$2y$10$secret",
            "birthday": "0000-00-00",
            "date_upd": DATE,
        }
    },
    "addresses": {
        7: {
            "id_customer": "5",
            "id_manufacturer": "0",
            "id_country": "8",
            "id_state": "0",
            "alias": "Home",
            "company": "",
            "firstname": "Anne",
            "lastname": "Dupont",
            "vat_number": "FR-whatever",
            "address1": "16, rue de Paris",
            "address2": "2e étage",
            "postcode": "75002",
            "city": "Paris",
            "other": "",
            "phone": "",
            "phone_mobile": "0102030405",
            "deleted": "0",
            "date_upd": DATE,
        },
        8: {"id_customer": "0", "id_manufacturer": "1", "alias": "Factory", "date_upd": DATE},
    },
    "orders": {
        20: {
            "id_address_delivery": "7",
            "id_address_invoice": "7",
            "id_currency": "1",
            "id_lang": "2",
            "id_customer": "5",
            "id_shop": "1",
            "id_carrier": "2",
            "current_state": "2",
            "reference": "XKBKNABJK",
            "payment": "Bank transfer",
            "total_discounts": "1.200000",
            "total_discounts_tax_incl": "1.200000",
            "total_discounts_tax_excl": "1.000000",
            "total_paid": "95.160000",
            "total_paid_tax_incl": "95.160000",
            "total_paid_tax_excl": "79.300000",
            "total_shipping": "8.400000",
            "total_shipping_tax_incl": "8.400000",
            "total_shipping_tax_excl": "7.000000",
            "total_wrapping": "0.000000",
            "total_wrapping_tax_incl": "0.000000",
            "total_wrapping_tax_excl": "0.000000",
            "invoice_date": "0000-00-00 00:00:00",
            "date_add": "2024-05-02 10:30:00",
            "date_upd": DATE,
            "associations": {
                "order_rows": [
                    _row(1, 1, 2, 2, "Hummingbird T-shirt - Size : L", "25.900000", "31.080000"),
                    _row(2, 2, 0, 1, "Mug", "11.900000", "14.280000"),
                    _row(3, 99, 0, 1, "Gone from the shop", "9.600000", "11.520000"),
                ]
            },
        }
    },
    "order_carriers": {
        30: {
            "id_order": "20",
            "id_carrier": "2",
            "id_order_invoice": "0",
            "weight": "0.700000",
            "shipping_cost_tax_excl": "7.000000",
            "shipping_cost_tax_incl": "8.400000",
            "tracking_number": "",
            "date_add": DATE,
        }
    },
}


def records():
    """Copy the records, for a shop of one's own."""
    return copy.deepcopy(RECORDS)
