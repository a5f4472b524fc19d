# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from .auth import BasicAuth, BearerAuth, HeaderAuth, NoAuth
from .client import HttpClient, HttpResponse

__all__ = ["BasicAuth", "BearerAuth", "HeaderAuth", "HttpClient", "HttpResponse", "NoAuth"]
