//! What runs left behind, as the page asks for it.

/// An image that a run left.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Its name, the same for all runs that left the like.
    pub name: String,
    /// The file as it is.
    pub bytes: Vec<u8>,
}

/// A table of numbers over time that a run left.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Its name, the same for all runs that left the like.
    pub name: String,
    /// What the first column is.
    pub x_name: String,
    /// The first column.
    pub x: Vec<f64>,
    /// The other columns.
    pub columns: Vec<(String, Vec<f64>)>,
}

/// Where the page gets what the runs of a row left; it is asked row by row, and only as long as there is room.
pub trait Leftovers {
    /// False if no run leaves images.
    fn expects_pictures(&self) -> bool {
        true
    }

    /// False if no run leaves series.
    fn expects_traces(&self) -> bool {
        true
    }

    /// The end of the log; `None` if the row has not run.
    ///
    /// # Errors
    /// If there should be one, and it cannot be read.
    fn log(&self, row: usize) -> anyhow::Result<Option<Vec<u8>>>;

    /// The images.
    ///
    /// # Errors
    /// If one is there and cannot be read.
    fn pictures(&self, row: usize) -> anyhow::Result<Vec<Picture>>;

    /// The series.
    ///
    /// # Errors
    /// If one is there and cannot be read.
    fn traces(&self, row: usize) -> anyhow::Result<Vec<Trace>>;
}
