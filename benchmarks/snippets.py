# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What several workloads have in common that run inside Odoo, where only their text gets."""

#: ``per_second(call)``: how often something can be called in a second of CPU; wants ``seconds``
PER_SECOND = """
import time
def per_second(call):
    call()
    end, calls = time.process_time() + seconds, 0
    while time.process_time() < end:
        for _number in range(100):
            call()
        calls += 100
    return calls / seconds
"""
