/** The listener's page. */
import "../shared/tokens.css";
import "../shared/base.css";
