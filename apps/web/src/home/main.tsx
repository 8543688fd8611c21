/** The front page. */
import "../shared/tokens.css";
import "../shared/base.css";
